"""The course's data sets and experiments: loaders, builders, small samples and the tables in ``results``."""
