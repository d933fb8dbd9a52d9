// SPDX-License-Identifier: MIT
// What the titles and the axes of figures are made of.
#include "common/curves.hpp"

#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "common/shifts.hpp"

namespace {

using namespace reproduce;

struct At {
    double step;
    double loss;
};

Curve<At> run(double loss) {
    return {.curve = {{0, 0.4}, {25, 0.3}, {50, loss}}};
}

double loss_of(At const& at) {
    return at.loss;
}

}  // namespace

TEST_CASE("a difference has as many digits as can be read, and its direction") {
    CHECK(percent_text(0.20511, 0.204689) == "0.21 % above");
    CHECK(percent_text(0.1, 0.2) == "50 % below");
    CHECK(percent_text(1.0126, 1) == "1.3 % above");
    CHECK(percent_text(1.00001, 1) == "as large as");
    CHECK(percent_text(.0025, 1) == "99.8 % below");  // not 100
    CHECK(percent_text(.0003, 1) == "99.97 % below");
    CHECK(percent_text(1e-6, .1) == "99.999 % below");
    CHECK(percent_text(4, 1) == "300 % above");
    CHECK(percent_above(3, 2) == Approx(50));
}

TEST_CASE("numbers in titles are grouped and rounded") {
    CHECK(grouped_text(5000) == "5,000");
    CHECK(grouped_text(999.6) == "1,000");
    CHECK(grouped_text(25) == "25");
    CHECK(grouped_text(1234567) == "1,234,567");
    CHECK(fixed_text(0.99928, 4) == "0.9993");
    CHECK(fixed_text(-0.00004, 4) == "0.0000");
    CHECK(fixed_text(-0.0, 0) == "0");
    CHECK(fixed_text(-0.00005001, 4) == "-0.0001");
    CHECK(seeds_text(1) == "1 seed");
    CHECK(seeds_text(5) == "5 seeds");
}

TEST_CASE("a cosine's axis begins below where curves end, and says so") {
    Axis const near_one = cosine_axis("cosine", {0.9993, 0.9999});
    CHECK(near_one.least == 0.9);
    CHECK(near_one.greatest == 1);
    CHECK(near_one.label == "cosine (axis from 0.9)");
    CHECK(cosine_axis("cosine", {0.9993, 0.834}).least == Approx(0.6));
    CHECK(cosine_axis("cosine", {0.3}).least == 0);
    CHECK(cosine_axis("cosine", {0.3}).label == "cosine");
    // Negative cosines are drawn, too, but for those before the axis of one that ends well.
    CHECK(cosine_axis("cosine", {-0.0035}).least == Approx(-0.1));
    CHECK(cosine_axis("cosine", {-0.0035}).label == "cosine");
    CHECK(cosine_axis("cosine", {-1.0000001}).least == -1);
    std::vector<Series> const drawn{{.y = {-0.23, 0.3}}, {.y = {-7}, .below = true}};
    CHECK(cosine_axis("cosine", {0.3}, drawn).least == Approx(-0.3));
    CHECK(cosine_axis("cosine", {0.9993}, drawn).least == 0.9);
    CHECK(cosine_axis("cosine", {std::numeric_limits<double>::quiet_NaN()}).least == 0.9);
}

TEST_CASE("steps are on a logarithmic axis from the first that is not zero") {
    Axis const steps = step_axis(std::vector{run(0.2)});
    CHECK(steps.logarithmic);
    CHECK(steps.least == 25);
    CHECK_FALSE(step_axis(std::vector{Curve<At>{.curve = {{0, 0.4}}}}).least.has_value());
}

TEST_CASE("a curve knows of how many seeds its band is, and that of one seed has none") {
    Series const two = series("loss", std::vector{run(0.2), run(0.1)}, loss_of);
    CHECK(two.seeds == 2);
    CHECK(two.deviation.size() == 3);
    CHECK(series("loss", std::vector{run(0.2)}, loss_of).deviation.empty());
}

TEST_CASE("every run has a curve of one colour, and one of them the name") {
    LineChart chart;
    add_runs(chart, "runs", std::vector{run(0.2), run(0.1), run(0.3)}, 4, loss_of);
    REQUIRE(chart.series.size() == 3);
    CHECK(chart.series[0].name == "runs");
    CHECK(chart.series[2].name.empty());
    CHECK(chart.series[2].y.back() == 0.3);
    CHECK(chart.series[2].colour == 4);
    CHECK(chart.series[2].deviation.empty());
}

TEST_CASE("ratios of several orders are on a logarithmic axis, others not") {
    CHECK(ratio_axis("GD", {{.y = {1.3, 0.007}}}).logarithmic);
    CHECK(ratio_axis("GD", {{.y = {1.1, 0.9}}, {.y = {5}}}).logarithmic);
    CHECK_FALSE(ratio_axis("GD", {{.y = {1.1, 0.9}}}).logarithmic);
    CHECK(ratio_axis("GD", {}).label == "loss, that of GD = 1");
}

TEST_CASE("a figure of ratios says between what they lie", "[curves]") {
    CHECK(range_text({1.004, .2397, 13.5, 1}) == "0.24 to 13.5");
    CHECK(range_text({1.001, 1.004}) == "1.00");
    CHECK(range_text({1, std::numeric_limits<double>::infinity(), 3180}) == "1.00 to 3,180");
    CHECK(range_text({std::numeric_limits<double>::quiet_NaN()}) == "no number of");
    CHECK(shift_title("1 layer", Shift{.title = "larger inputs"}, {1.03, .996}, "1 step") ==
          "1 layer on larger inputs: 1.00 to 1.03 times the loss of 1 step");
}

TEST_CASE("what stands beside a diagonal is a part of the largest on it", "[curves]") {
    CHECK(percent_beside_diagonal({{2, -.5}, {.1, -1}}) == Approx(25));
    CHECK(percent_beside_diagonal({{1, 0}, {0, 1}}) == 0);
}

TEST_CASE("a curve that is read holds what can be measured") {
    double const infinite = std::numeric_limits<double>::infinity();
    double const nan = std::numeric_limits<double>::quiet_NaN();
    for (bool const losses_are_finite : {false, true}) {
        for (std::string const name :
             {"loss_trained", "loss_one_application", "loss_interpolated", "prediction_difference"}) {
            INFO(name);
            CHECK(can_be_measured(name, 0, losses_are_finite));
            CHECK(can_be_measured(name, .2, losses_are_finite));
            CHECK(can_be_measured(name, 3e38, losses_are_finite));
            CHECK_FALSE(can_be_measured(name, 4e38, losses_are_finite));  // no mean of floats
            CHECK_FALSE(can_be_measured(name, -1e-30, losses_are_finite));
            CHECK_FALSE(can_be_measured(name, -infinite, losses_are_finite));
            CHECK(can_be_measured(name, infinite, losses_are_finite) ==
                  (!losses_are_finite || name == "loss_interpolated"));
        }
        for (std::string const name : {"cosine", "cosine_gdpp", "partial_cosine"}) {
            CHECK(can_be_measured(name, -1, losses_are_finite));
            CHECK(can_be_measured(name, 1.000001, losses_are_finite));
            CHECK(can_be_measured(name, nan, losses_are_finite));
            CHECK_FALSE(can_be_measured(name, 1.001, losses_are_finite));
            CHECK_FALSE(can_be_measured(name, infinite, losses_are_finite));
        }
        CHECK(can_be_measured("loss_interpolated", nan, losses_are_finite));
        CHECK(can_be_measured("gamma", -infinite, losses_are_finite));  // a quotient
    }
    CHECK(can_be_measured("loss_trained", nan, false));
    CHECK_FALSE(can_be_measured("loss_trained", nan, true));
}
