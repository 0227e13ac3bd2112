"""The robot link: messages, keys, encryption."""
