"""Commands that read or write files: layouts, records, exports, guides."""
