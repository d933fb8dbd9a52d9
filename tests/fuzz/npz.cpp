// SPDX-License-Identifier: MIT
// arrays_in_npz, given anything: it reads it, or it throws WeightsError. What it has read, it writes as a file that it reads
// again as the same, if it holds floating-point numbers.
#include "incontext/io/npz.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fuzz.hpp"
#include "incontext/matrix/eigen.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace incontext;
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    std::vector<StoredArray> arrays;
    try {
        arrays = arrays_in_npz(bytes);
    } catch (WeightsError const&) {
        return 0;
    }
    std::size_t total = 0;
    std::erase_if(arrays, [](StoredArray const& array) { return array.number == StoredNumber::other; });
    for (StoredArray& array : arrays) {
        total += array.bytes.size();
        array.number_name = "";
    }
    fuzz::require(total <= size, "the arrays are not larger than their file");
    auto again = arrays_in_npz(npz_bytes(arrays));
    for (StoredArray& array : again) {
        array.number_name = "";
    }
    fuzz::require(again == arrays, "what was written is read as the same");
    return 0;
}
