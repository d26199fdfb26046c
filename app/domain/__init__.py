"""The vocabulary: frozen values and pure rules, true without a screen, a file or a network."""
