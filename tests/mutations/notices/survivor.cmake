# A mutation that the named test does not notice.
in_header(gradient_descent/regression.hpp)
mutation(static/exact_numbers [[product(residual, transpose(X))]] [[-product(residual, transpose(X))]])
