# A text that the header no longer has.
in_header(gradient_descent/regression.hpp)
mutation(static/exact_numbers [[product(rest, transpose(X))]] [[-product(rest, transpose(X))]])
