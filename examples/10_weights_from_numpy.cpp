// SPDX-License-Identifier: MIT
// Weights that numpy wrote (files/one_step.py): from the file to a layer, and to a prediction.
#include <filesystem>
#include <incontext/incontext.hpp>
#include <incontext/io/npz.hpp>
#include <incontext/io/read_file.hpp>
#include <iostream>

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

int main(int argc, char** argv) {
    auto const beside_this_file = std::filesystem::path(__FILE__).parent_path() / "files" / "one_step.npz";
    std::string const file = argc > 1 ? argv[1] : beside_this_file.string();
    try {
        Layer layer;  // its arrays are called query, key, value and output
        parameters_from_arrays(arrays_in_npz(read_file(file)), layer, WeightLayout::output_by_input);

        Eigen::Matrix<float, sizes.input, sizes.context> inputs;  // an example is a column
        inputs << 1, 0, 1, -1,                                    //
            0, 1, 1, 1;
        Eigen::RowVector<float, sizes.context> const targets(3, 2, 5, -1);  // y = 3 x_1 + 2 x_2
        Eigen::Vector2f const query(1, 2);
        auto const prompt = embed(inputs, targets, query);
        std::cout << "prediction: " << prediction<sizes>(layer(prompt)) << "\n";
    } catch (std::runtime_error const& error) {  // one sentence: no such file, other names, other shapes, float64
        std::cerr << error.what() << "\n";
        return 1;
    }
}
