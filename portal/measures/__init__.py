"""The semantic layer: what tables measure → a typed query → SQL → rows with their sources.

`registry.measures(store)` lists what can be asked for, `run.run(store, MeasureQuery(…))` answers.
Which columns mean what is said in each dataset's `dataset.toml` (`[semantic]`), nothing of a dataset is said here.
"""
