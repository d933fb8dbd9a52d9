# Said to be equivalent, and it is not.
in_header(number/modular.hpp)
equivalent(static/exact_numbers [[return residue_ == 0;]] [[return residue_ == 1;]] "no reason")
