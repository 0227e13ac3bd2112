"""Logs of long-running commands: lines for people, or one JSON object a line for machines."""

import json
import logging
import sys

from layout.errors import InputError
from layout.escaping import LineFormatter


class _JsonLines(logging.Formatter):
    """JSON formatter. time: wall clock, for people; nothing reads it back. A record's `about` is a dict of further keys."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "about", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logs(form: str) -> None:
    """Set up logging. form: text or json. InputError for another."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_JsonLines())
    elif form == "text":
        handler.setFormatter(LineFormatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    else:
        raise InputError.single("--log-format", "", f"{form} is no format", "text or json")
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
