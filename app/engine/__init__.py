"""What works on requests, responses and mappings; pure, but for the one module that sends."""
