"""Music below the voice: beds that are composed here, and files of one's own. It imports `voices`, for sound, and nothing that draws."""
