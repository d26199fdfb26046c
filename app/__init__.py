"""Actionbench: a terminal workbench for Intercom's Custom Objects and Custom Actions."""
