"""The five departments, the chassis they stand on and the open protocols they keep."""
