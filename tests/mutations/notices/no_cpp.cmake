# A replacement that no compiler accepts, whatever the test says.
in_header(number/modular.hpp)
mutation(static/exact_numbers [[return residue_ == 0;]] [[return residuum == 0;]])
