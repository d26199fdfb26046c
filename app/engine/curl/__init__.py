"""cURL command lines: read into a request, and a request written as one. Pure; no file is read and nothing is run."""
