"""question set -> runs -> measures -> reports; statistics, fitting and benchmarks."""
