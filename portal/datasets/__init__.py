"""Datasets as people take them away: rows asked for, file formats, descriptions, citations."""
