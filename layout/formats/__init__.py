"""Layout formats: podfleet's TOML, League of Robot Runners, MovingAI."""
