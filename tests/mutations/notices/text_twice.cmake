# A text that does not say which of two places is meant.
in_header(gradient_descent/regression.hpp)
mutation(static/exact_numbers [[product(W, X) - Y;]] [[product(W, X) + Y;]])
