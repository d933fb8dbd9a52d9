// SPDX-License-Identifier: MIT
// .npz files that numpy wrote are read, and ours come back as they were; any other is refused in one sentence.
#include "incontext/io/npz.hpp"

#include <string>

#include "support/weights.hpp"

using namespace test;

namespace {

std::string refused(std::string const& bytes) {
    return refusal([&] { static_cast<void>(arrays_in_npz(bytes)); });
}

}  // namespace

TEST_CASE("numpy's archive is read") {
    auto const arrays = arrays_in_npz(stored_file("two.npz"));
    REQUIRE(arrays.size() == 2);
    CHECK(arrays[0].name == "m");
    CHECK(arrays[1].name == "v");
    Matrix<float, 3, 4> matrix = zero<float, 3, 4>();
    matrix_from_array(array_named(arrays, "m"), matrix, output_by_input);
    CHECK(matrix == matrix_of_files<float>());
    CHECK(npy_bytes(arrays[1]) == stored_file("vector.npy"));
}

TEST_CASE("what is written is read back, and is an archive of .npy files") {
    auto const arrays = arrays_in_npz(stored_file("two.npz"));
    std::string const bytes = npz_bytes(arrays);
    CHECK(arrays_in_npz(bytes) == arrays);
    CHECK(bytes.find(stored_file("f4.npy")) != std::string::npos);
    CHECK(npz_bytes({}).size() == 22);
    CHECK(arrays_in_npz(npz_bytes({})).empty());
    // The archive may end with a comment.
    std::string commented = bytes;
    commented.replace(bytes.size() - 2, 2, std::string("\x05\0hello", 7));
    CHECK(arrays_in_npz(commented) == arrays);
    // Also with one that looks like the end of a directory and does not end the file.
    std::string const end = npz_bytes({});
    for (std::string const& comment : {end + "hello", end.substr(0, 21), end.substr(0, 4)}) {
        commented = bytes.substr(0, bytes.size() - 2) + static_cast<char>(comment.size()) + '\0' + comment;
        CHECK(arrays_in_npz(commented) == arrays);
    }
}

TEST_CASE("bytes behind the end of the directory are refused, as those of the other formats are") {
    std::string const good = npz_bytes(arrays_in_npz(stored_file("two.npz")));
    CHECK(refused(good + "junk") == "npz: behind the directory at its end the file has 4 bytes more");
    CHECK(refused(good + '\0') == "npz: behind the directory at its end the file has 1 bytes more");
    // A whole end of a directory, behind which there is more; and a comment that is longer than it says.
    CHECK(refused(good + npz_bytes({}) + "x") == "npz: behind the directory at its end the file has 1 bytes more");
    std::string commented = good;
    commented.replace(good.size() - 2, 2, std::string("\x04\0hello", 7));
    CHECK(refused(commented) == "npz: behind the directory at its end the file has 1 bytes more");
    commented[good.size() - 2] = 6;  // and one that is shorter
    CHECK(refused(commented).find("this is no whole .npz file") != std::string::npos);
}

TEST_CASE("the checksum is CRC-32") {
    CHECK(npz::checksum("123456789") == 0xcbf43926u);  // the check value of its definition
}

TEST_CASE("another archive is refused in one sentence") {
    std::string const good = stored_file("two.npz");
    CHECK(refused(stored_file("compressed.npz")) ==
          "npz: 'm.npy' is compressed: write the file by numpy.savez, not savez_compressed");
    CHECK(refused(stored_file("f4.npy")).find("this is no whole .npz file") != std::string::npos);
    for (std::size_t size = 0; size < good.size(); ++size) {  // cut anywhere
        CHECK(refused(good.substr(0, size)).starts_with("npz: "));
    }
    // One bit of the numbers, of their places in the directory, of the count.
    std::string damaged = good;
    damaged[good.find("NUMPY") + 150] ^= 1;
    CHECK(refused(damaged) == "npz: 'm.npy' has another checksum than the directory: the file is damaged");
    std::size_t const entry = good.find("PK\x01\x02");
    damaged = good;
    damaged[entry] ^= 1;
    CHECK(refused(damaged) == "npz: the directory at its end is damaged");
    damaged = good;
    damaged[entry + 8] |= 1;
    CHECK(refused(damaged) == "npz: 'm.npy' is encrypted");
    damaged = good;
    damaged[entry + 42] ^= 1;
    CHECK(refused(damaged) == "npz: 'm.npy' is not where the directory says");
    damaged = good;
    damaged[good.rfind("PK\x05\x06") + 10] = 1;
    CHECK(refused(damaged) == "npz: the directory at its end is damaged");
    damaged = good;
    damaged[good.rfind("m.npy") + 4] = 'z';
    CHECK(refused(damaged) == "npz: 'm.npz' is no .npy file");
    damaged = good;
    damaged.replace(good.rfind("PK\x05\x06") + 16, 4, "\xff\xff\xff\xff");
    CHECK(refused(damaged) == "npz: archives of 4 GiB or more, or of more than 65,534 files, are not read");
}

TEST_CASE("an archive that no reader would take is not written") {
    StoredArray const array{.name = "w", .number = StoredNumber::f32, .shape = {2, 3}, .bytes = std::string(8, '\0')};
    CHECK(refusal([&] { static_cast<void>(npz_bytes({array})); }) ==
          "npy: 'w' has 8 bytes, which is not what its shape takes");
}

TEST_CASE("two arrays of one name are neither read nor written") {
    auto arrays = arrays_in_npz(stored_file("two.npz"));
    arrays[1].name = "m";
    CHECK(refusal([&] { static_cast<void>(npz_bytes(arrays)); }) == "npz: two arrays have the name 'm'");
    std::string twice = stored_file("two.npz");
    twice[twice.rfind("v.npy")] = 'm';
    CHECK(refused(twice) == "npz: two arrays have the name 'm'");
}
