"""The rules, one small named function each; every one cites its source."""
