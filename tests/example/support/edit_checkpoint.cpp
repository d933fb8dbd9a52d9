// SPDX-License-Identifier: MIT
// Gives a checkpoint another value somewhere, or only a checksum that fits: so a test reaches what is asked after it.
//
//     edit_checkpoint FILE [/runs/0/steps -1]
#include <nlohmann/json.hpp>
#include <string>

#include "common/checkpoint.hpp"
#include "incontext/io/atomic_file.hpp"
#include "tools/record.hpp"
#include "tools/text_file.hpp"

int main(int argc, char** argv) {
    std::string text = tools::text_of_file(argv[1]);
    if (argc == 4) {
        auto json = nlohmann::ordered_json::parse(text);
        json[nlohmann::ordered_json::json_pointer(argv[2])] = nlohmann::ordered_json::parse(argv[3]);
        json.erase("checksum");
        text = tools::json_text(json);
        text.resize(text.rfind("\n}\n"));
    } else {
        text.resize(text.rfind(",\n    \"checksum\""));
    }
    incontext::write_file(argv[1], text + reproduce::checksum_text(text));
}
