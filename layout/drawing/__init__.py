"""A floor's drawing: glyphs, lanes, strokes, generated floors."""
