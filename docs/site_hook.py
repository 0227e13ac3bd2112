"""For mkdocs.yml: pages link to files outside docs/ as they do in the repository, and the site has those files too.

A file of the repository keeps its path in the site, except that docs/ is the site's own folder: docs/how-to/serve.md is
how-to/serve.md there, and README.md, examples/own_policy.py or benchmarks/README.md are as they are called.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
_PAGES_OUTSIDE = ("README.md", "benchmarks/README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside docs/ and every file outside it that a page links to."""
    outside = {_in_site(path) for path in _PAGES_OUTSIDE}
    pages = [ROOT / path for path in _PAGES_OUTSIDE]
    pages += [ROOT / "docs" / file.src_uri for file in files.documentation_pages()]
    for page in pages:
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            target = (page.parent / link).resolve()
            if target.is_file() and not target.is_relative_to(ROOT / "docs") and target.is_relative_to(ROOT):
                outside.add(target.relative_to(ROOT).as_posix())
    for path in sorted(outside):
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between files of the repository into links between files of the site."""
    here = page.file.src_uri
    source = here if here in _PAGES_OUTSIDE else f"docs/{here}"

    def rewritten(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        return posixpath.relpath(_in_site(target), posixpath.dirname(here) or ".")

    return _LINK.sub(rewritten, markdown)


def _in_site(path: str) -> str:
    return path.removeprefix("docs/")
