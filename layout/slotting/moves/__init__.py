"""From one slotting plan to another."""
