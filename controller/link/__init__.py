"""The controller's end of the robot link: sessions, grants, and the store that outlives the controller."""
