"""Files of a script: what they are, told by their content, and a safe way to open each. Nothing here trusts a name or a header."""
