"""The demo API and what a first look at the workbench is made of: a shop, its faults, a sample workspace.

Nothing here is imported at start-up: `app.demo.server` is light, and what needs Starlette or uvicorn is imported when
a server is really started.
"""
