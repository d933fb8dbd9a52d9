// SPDX-License-Identifier: MIT
// array_in_npy, given anything: it reads it, or it throws WeightsError. What it has read, it writes as a file that it reads
// again as the same, if it holds floating-point numbers. A matrix that the array does not fit stays as it was.
#include "incontext/io/npy.hpp"

#include <cstdint>
#include <string_view>

#include "fuzz.hpp"
#include "incontext/matrix/eigen.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace incontext;
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    StoredArray array;
    try {
        array = array_in_npy(bytes);
    } catch (WeightsError const&) {
        return 0;
    }
    fuzz::require(array.bytes.size() <= size, "an array is not larger than its file");
    if (array.number != StoredNumber::other) {
        StoredArray const again = array_in_npy(npy_bytes(array));
        fuzz::require(again.bytes == array.bytes && again.shape == array.shape && again.number == array.number,
                      "what was written is read as the same");
    }
    Matrix<double, 3, 4> matrix = Matrix<double, 3, 4>::Constant(-3);
    try {
        matrix_from_array(array, matrix, WeightLayout::input_by_output);
    } catch (WeightsError const&) {
        fuzz::require((matrix.array() == -3).all(), "the matrix stays as it was");
    }
    return 0;
}
