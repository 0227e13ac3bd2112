"""The floor's decisions, each a named policy that returns its choice together with its reason."""
