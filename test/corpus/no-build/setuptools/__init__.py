"""Stands in for setuptools while pip fetches a source release: see build_meta.py."""
