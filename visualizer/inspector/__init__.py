"""Pages of the side panel, one per kind of thing, as plain lines of text with links."""
