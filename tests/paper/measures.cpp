// SPDX-License-Identifier: MIT
// What a claim measures, on results that are made for it: those that hold it, those that do not, and those that are no answer.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "catch.hpp"
#include "incontext/io/atomic_file.hpp"
#include "paper/claims.hpp"
#include "paper/verdict.hpp"

using namespace paper;

namespace {

/// The results of an experiment: a run.json and other files, removed with it.
class Made {
  public:
    explicit Made(std::string const& run = "{}") {
        std::filesystem::create_directories(path_);
        add("run.json", run);
    }
    ~Made() { std::filesystem::remove_all(path_); }
    Made(Made const&) = delete;
    Made& operator=(Made const&) = delete;

    Made& add(std::string const& file, std::string const& text) {
        incontext::write_file((path_ / file).string(), text);
        return *this;
    }
    [[nodiscard]] Ours measured(Claim const& claim) const { return claim.measure(Results(path_)); }
    [[nodiscard]] Verdict verdict(Claim const& claim) const { return verdict_of(claim, measured(claim)); }

  private:
    static inline int made = 0;
    std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                  ("paper_measures_" + std::to_string(getpid()) + "_" + std::to_string(++made));
};

/// The claim of a figure that begins so.
Claim const& claim_of(std::string const& figure, std::string const& beginning) {
    INFO(figure << ": " << beginning);
    auto const found = std::find_if(claims().begin(), claims().end(), [&](Claim const& claim) {
        return claim.figure == figure && claim.says.starts_with(beginning);
    });
    REQUIRE(found != claims().end());
    return *found;
}

}  // namespace

TEST_CASE("a run whose last loss is no number is stuck", "[measures]") {
    Claim const& claim = claim_of("2c", "Every run of every size");
    Made made(R"({"sizes": [{"size": 2, "loss_scan": 1}, {"size": 3, "loss_scan": 2}]})");
    made.add("curves.csv", "size,seed,loss_trained\n2,0,9\n2,0,1.09\n2,1,1\n3,0,2.1\n3,1,2\n");
    CHECK(made.measured(claim).mean == 0);
    CHECK(made.verdict(claim) == Verdict::equals);
    made.add("curves.csv", "size,seed,loss_trained\n2,0,1\n2,1,1.2\n3,0,2\n3,1,nan\n");
    CHECK(made.measured(claim).mean == 50);
    CHECK(made.verdict(claim) == Verdict::differs);
    made.add("curves.csv", "size,seed,loss_trained\n2,0,1\n4,0,1\n");
    CHECK_THROWS_WITH(made.measured(claim), ContainsSubstring("does not have a size of curves.csv, 4"));
}

TEST_CASE("weights that are 0, and those of ascent, are not those of Prop. 1", "[measures]") {
    Claim const& claim = claim_of("9", "The trained weights");
    auto const with_value = [](std::string const& value) {
        return R"([{"key": [[2, 0], [0, 0]], "query": [[1, 0], [0, 0]], "output": [[0, 0], [0, 0.5]], "value": )" +
               value + "}]";
    };
    Made made;
    made.add("weights.json", with_value("[[0, 0], [0, -1]]"));
    CHECK(made.measured(claim).mean == 0);
    CHECK(made.verdict(claim) == Verdict::equals);
    made.add("weights.json", with_value("[[0, 0], [0.3, -1]]"));
    CHECK(made.measured(claim).mean == Approx(30));
    CHECK(made.verdict(claim) == Verdict::differs);
    made.add("weights.json", with_value("[[0, 0], [0, 1]]"));  // a step up the gradient
    CHECK(made.measured(claim).mean == 200);
    CHECK(made.verdict(claim) == Verdict::differs);
    made.add("weights.json", with_value("[[0, 0], [0, 0]]"));
    CHECK_THROWS_WITH(made.measured(claim), ContainsSubstring("no last entry to compare with"));
}

TEST_CASE("what some run never came to is a difference, and not a fault of the results", "[measures]") {
    // A mean over runs that is no number is left out of run.json.
    Made const seeds(
        R"({"parameters": {"seeds": 10}, "one_head": {"loss_trained": 1, "steps_plateau": 150}, "two_heads": {"loss_trained": 1}})");
    CHECK(seeds.measured(claim_of("15 left", "With one head")).mean == 150);
    for (Claim const& claim : {claim_of("15 left", "The drop"), claim_of("15 centre", "With two heads")}) {
        CHECK(std::isnan(seeds.measured(claim).mean));
        CHECK(seeds.measured(claim).is_never);
        CHECK(seeds.verdict(claim) == Verdict::differs);
        CHECK(text_of(seeds.measured(claim), claim) == "not in every run");
    }

    Claim const& reaching = claim_of("2a", "It takes about 500");
    Made made(R"({"loss_scan": 1})");
    made.add("curves.csv", "seed,step,loss_trained\n0,0,2\n0,500,1.04\n1,0,2\n1,500,1.1\n1,600,1\n");
    CHECK(made.measured(reaching).mean == 550);
    CHECK_FALSE(made.measured(reaching).is_never);
    made.add("curves.csv", "seed,step,loss_trained\n0,0,2\n0,500,1.04\n1,0,2\n1,500,1.1\n");
    CHECK(made.measured(reaching).is_never);
    CHECK(made.verdict(reaching) == Verdict::differs);

    Claim const& copying = claim_of("5", "The first layer comes");
    Made const stuck(R"({"reached": {"step_sensitivity_next_tenth": 0, "step_loss_tenth_of_the_way": 0}})");
    CHECK(stuck.measured(copying).is_never);
    CHECK(stuck.verdict(copying) == Verdict::differs);
    CHECK(text_of(stuck.measured(copying), copying) == "never");

    // What was never measured is no answer: results of another version, or damaged ones.
    CHECK_THROWS_WITH(Made("{}").measured(copying), ContainsSubstring("step_sensitivity_next_tenth"));
    Made const lost(R"({"reached": {"step_sensitivity_next_tenth": 1, "step_loss_tenth_of_the_way": 1}})");
    CHECK_THROWS_WITH(lost.measured(copying), ContainsSubstring("run.json has no step_sensitivity_next_tenth"));
    Made const unlike(R"({"parameters": {"seeds": 10}, "one_head": {}})");
    CHECK_THROWS_WITH(unlike.measured(claim_of("15 left", "The drop")), ContainsSubstring("loss_trained"));
}

TEST_CASE("copying: the sensitivity comes before the loss, and not only near it", "[measures]") {
    Claim const& claim = claim_of("5", "The first layer comes");
    auto const of_one = [](int sensitivity, int loss) {
        return R"({"step_sensitivity_next_tenth": )" + std::to_string(sensitivity) +
               R"(, "step_loss_tenth_of_the_way": )" + std::to_string(loss) + "}";
    };
    Made made(of_one(5000, 6000));
    CHECK(made.measured(claim).mean == 1000);
    CHECK(made.verdict(claim) == Verdict::equals);
    made.add("run.json", of_one(6000, 6000));
    CHECK(made.measured(claim).mean == 0);
    CHECK(made.verdict(claim) == Verdict::within);
    made.add("run.json", of_one(7000, 6000));
    CHECK(made.measured(claim).mean == -1000);
    CHECK(made.verdict(claim) == Verdict::differs);
    // The least of several runs; one that came to neither is left out, and one that came to one alone shows no order.
    auto const of_runs = [](std::string const& sensitivities, std::string const& losses) {
        return R"({"step_sensitivity_next_tenth": 1, "step_loss_tenth_of_the_way": 1, "runs": {"step_sensitivity_next_tenth": )" +
               sensitivities + R"(, "step_loss_tenth_of_the_way": )" + losses + "}}";
    };
    made.add("run.json", of_runs("[5000, null, 4000]", "[7000, null, 5000]"));
    CHECK(made.measured(claim).mean == 1000);
    made.add("run.json", of_runs("[5000, null, 7000]", "[7000, null, 5000]"));
    CHECK(made.measured(claim).mean == -2000);
    for (char const* const losses : {"[7000, null]", "[7000, 8000]"}) {
        made.add("run.json", of_runs(losses == std::string("[7000, null]") ? "[5000, 6000]" : "[5000, null]", losses));
        CHECK(made.measured(claim).is_never);
        CHECK(made.verdict(claim) == Verdict::differs);
    }
    made.add("run.json", of_runs("[5000]", "[7000, 8000]"));
    CHECK_THROWS_WITH(made.measured(claim), ContainsSubstring("of different numbers of runs"));
}

TEST_CASE("a model that is nowhere worse than its rule is not worse", "[measures]") {
    Claim const& claim = claim_of("7 right", "Five layers");
    Made made;
    made.add("unseen_inputs.csv", "value,loss_trained_5,loss_gdpp_5\n1,1,10\n2,10,10\n");  // here better, there as good
    CHECK(made.measured(claim).mean == 1);
    CHECK(made.verdict(claim) == Verdict::differs);
    made.add("unseen_inputs.csv", "value,loss_trained_5,loss_gdpp_5\n1,1,10\n2,12,10\n");
    CHECK(made.verdict(claim) == Verdict::within);
    made.add("unseen_inputs.csv", "value,loss_trained_5,loss_gdpp_5\n1,1,10\n2,30,10\n");
    CHECK(made.verdict(claim) == Verdict::equals);
}
