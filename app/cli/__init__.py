"""The shell's front door: words to arguments, results to stdout, errors to exit codes.

stdout is data, stderr is talk. Nothing here loads Textual or httpx; what needs them is imported when it is used.
"""
