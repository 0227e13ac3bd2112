"""The pages of the side panel, one a kind of thing, as plain lines of text with links."""
