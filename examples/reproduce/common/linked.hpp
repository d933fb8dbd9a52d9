// SPDX-License-Identifier: MIT
/// @file
/// The models of a program, each compiled in an object file of its own: which, examples/CMakeLists.txt says. The program
/// knows them by what they can do, and finds those that are linked to it.
///
/// A model is a struct with a `number` and with functions. Its file has an object `Linked<Model> const linked_model({...})`.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "common/selection.hpp"

namespace reproduce {

template <class Model>
class Linked {
  public:
    explicit Linked(Model const& model) {
        auto const place = std::find_if(models().begin(), models().end(),
                                        [&](Model const& other) { return other.number > model.number; });
        models().insert(place, model);
    }

    /// All that are linked, by their numbers.
    [[nodiscard]] static std::vector<Model>& models() {
        static std::vector<Model> all;
        return all;
    }

    [[nodiscard]] static std::vector<int> numbers() {
        std::vector<int> result;
        for (Model const& model : models()) {
            result.push_back(model.number);
        }
        return result;
    }

    /// Those that the command line chose (add_selection).
    [[nodiscard]] static std::vector<Model> chosen(std::vector<int> const& numbers) {
        std::vector<Model> result;
        std::copy_if(models().begin(), models().end(), std::back_inserter(result),
                     [&](Model const& model) { return is_among(numbers, model.number); });
        return result;
    }
};

}  // namespace reproduce
