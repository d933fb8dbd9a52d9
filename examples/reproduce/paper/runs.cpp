// SPDX-License-Identifier: MIT
#include "paper/runs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "incontext/io/atomic_file.hpp"
#include "tools/interruption.hpp"
#include "tools/json_reader.hpp"
#include "tools/program.hpp"
#include "tools/record.hpp"
#include "tools/text_file.hpp"

namespace paper {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr char const* names[] = {"not run", "begun", "finished", "failed"};  // of what is kept; other is found out

constexpr std::size_t longest_sentence = 400;

std::filesystem::path state_file(Experiment const& experiment, RunOptions const& options) {
    return options.directory() / (experiment.name + ".json");
}

void keep(RunState const& state, Experiment const& experiment, RunOptions const& options) {
    Json json{
        {"progress", names[static_cast<int>(state.stage)]}, {"arguments", state.arguments}, {"seconds", state.seconds}};
    if (state.processor_seconds > 0) {
        json["processor_seconds"] = state.processor_seconds;
    }
    json["failure"] = state.failure;
    if (!state.parameters.empty()) {
        json["parameters"] = state.parameters;
    }
    incontext::write_file(state_file(experiment, options).string(), tools::json_text(json));
}

bool has_checkpoint(std::filesystem::path const& directory) {
    std::error_code error;  // a place that cannot be looked at has none
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        if (at->path().filename().string().starts_with("checkpoint")) {
            return true;
        }
    }
    return false;
}

/// The last line that is not empty, without the program's name.
std::string last_sentence(std::string text, std::string const& program) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    std::string sentence = text.substr(text.rfind('\n') + 1);
    if (sentence.starts_with(program + ": ")) {
        sentence.erase(0, program.size() + 2);
    }
    if (sentence.size() > longest_sentence) {
        sentence.resize(longest_sentence);
        sentence += " ...";
    }
    return sentence;
}

[[noreturn]] void fail(std::string const& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// A child with the standard output of this program; its standard error is passed on, and kept.
class Child {
  public:
    explicit Child(std::vector<std::string> const& command) {
        int ends[2];
        if (pipe(ends) != 0) {
            fail("no pipe to '" + command.front() + "'");
        }
        std::vector<char*> arguments;
        arguments.reserve(command.size() + 1);
        for (std::string const& argument : command) {
            arguments.push_back(const_cast<char*>(argument.c_str()));  // execv does not write to them
        }
        arguments.push_back(nullptr);
        std::fflush(nullptr);
        pid_t const parent = getpid();
        process_ = fork();
        if (process_ < 0) {
            fail("no process for '" + command.front() + "'");
        }
        if (process_ == 0) {
            become(arguments, ends, parent);
        }
        close(ends[1]);
        errors_ = ends[0];
        fcntl(errors_, F_SETFD, FD_CLOEXEC);
    }
    ~Child() { close(errors_); }
    Child(Child const&) = delete;
    Child& operator=(Child const&) = delete;

    /// Waits a while for words on stderr; false at their end.
    bool listen(int milliseconds) {
        pollfd watched{.fd = errors_, .events = POLLIN, .revents = 0};
        if (poll(&watched, 1, milliseconds) <= 0) {
            return true;  // nothing yet, or a signal
        }
        char text[4096];
        ssize_t const count = read(errors_, text, sizeof text);
        if (count > 0) {
            said_.append(text, static_cast<std::size_t>(count));
            [[maybe_unused]] auto const written = write(STDERR_FILENO, text, static_cast<std::size_t>(count));
        }
        return count > 0 || (count < 0 && errno == EINTR);
    }

    void ask_to_end() const { kill(process_, SIGTERM); }

    /// Its exit code, or 128 and the number of the signal that ended it; nothing where the system does not tell how it ended.
    [[nodiscard]] std::optional<int> exit_code() {
        int status = 0;
        pid_t ended = 0;
        do {
            ended = wait4(process_, &status, 0, &usage_);
        } while (ended < 0 && errno == EINTR);
        if (ended != process_) {
            return std::nullopt;
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    /// What it used of all processors, when it has ended.
    [[nodiscard]] double processor_seconds() const {
        auto const seconds = [](timeval const& time) {
            return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
        };
        return seconds(usage_.ru_utime) + seconds(usage_.ru_stime);
    }

    [[nodiscard]] std::string const& said() const { return said_; }

  private:
    /// In the child: nothing but calls that may stand between fork and exec. A group of its own, for a terminal's Ctrl-C must
    /// reach it once; and it ends with this program, however that ends.
    [[noreturn]] static void become(std::vector<char*> const& arguments, int const* ends, pid_t parent) {
        setpgid(0, 0);
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        if (getppid() == parent && dup2(ends[1], STDERR_FILENO) >= 0) {
            close(ends[0]);
            close(ends[1]);
            execv(arguments.front(), arguments.data());
        }
        char const* const reason = std::strerror(errno);
        [[maybe_unused]] auto const written = write(STDERR_FILENO, reason, std::strlen(reason));
        _exit(127);
    }

    pid_t process_;
    int errors_ = -1;
    rusage usage_{};
    std::string said_{};
};

}  // namespace

std::vector<std::string> arguments_of(Experiment const& experiment, RunOptions const& options) {
    std::vector<std::string> result = experiment.options;
    if (!options.full) {
        result.emplace_back("--quick");
    }
    auto const& more = options.full ? experiment.full : experiment.quick;
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

std::string command_of(Experiment const& experiment, RunOptions const& options, RunState const& state) {
    std::string command = "build/release/examples/reproduce/" + experiment.program;
    for (std::string const& argument :
         state.stage == Stage::not_run ? arguments_of(experiment, options) : state.arguments) {
        command += " " + argument;
    }
    return command;
}

namespace {

/// What stands in the file of a state. Errors: throws what is wrong with it.
RunState state_in(Json const& json) {
    RunState state;
    std::string const& progress = tools::text_in(json, "progress");
    auto const* const name = std::find(std::begin(names), std::end(names), progress);
    if (name == std::end(names)) {
        throw tools::JsonError("its 'progress' is '" + progress + "', which is no stage of a run");
    }
    state.stage = static_cast<Stage>(name - std::begin(names));
    for (auto const& argument : tools::array_in(json, "arguments")) {
        if (!argument.is_string()) {
            throw tools::JsonError("its 'arguments' should be texts");
        }
        state.arguments.push_back(argument.get<std::string>());
    }
    state.seconds = tools::number_in(json, "seconds", 0);
    if (json.contains("processor_seconds")) {
        state.processor_seconds = tools::number_in(json, "processor_seconds", 0);
    }
    state.failure = tools::text_in(json, "failure");
    if (json.contains("parameters")) {
        state.parameters = json["parameters"];
    }
    return state;
}

/// What the program says of its settings, or null where its run.json cannot be read, which the page says.
Json parameters_in(std::filesystem::path const& directory) {
    try {
        return parameters_of_results(Results(directory).record());
    } catch (std::exception const&) {
        return {};
    }
}

RunState other(RunState state, std::string const& sentence) {
    state.stage = Stage::other;
    state.failure = sentence;
    return state;
}

}  // namespace

RunState state_of(Experiment const& experiment, RunOptions const& options) {
    auto const file = state_file(experiment, options);
    RunState state;
    bool has_results = false;
    try {
        if (!std::filesystem::exists(file)) {
            return {};
        }
        state = state_in(tools::json_from_text(tools::text_of_file(file)));
        has_results = std::filesystem::exists(options.directory_of(experiment) / "run.json");
    } catch (std::exception const& error) {
        return other({}, "'" + file.filename().string() + "': " + error.what());
    }
    if (state.stage != Stage::not_run && state.arguments != arguments_of(experiment, options)) {
        return other(state,
                     "'" + experiment.name +
                         "' is of a run with other options: remove it and the file beside it, or choose another --out");
    }
    if (state.stage == Stage::finished && !has_results) {
        state.stage = Stage::begun;
    }
    return state;
}

RunState run(Experiment const& experiment, RunOptions const& options) {
    std::filesystem::create_directories(options.directory());
    auto const directory = options.directory_of(experiment);
    RunState state = state_of(experiment, options);
    auto const arguments = arguments_of(experiment, options);
    if (state.stage == Stage::other) {
        return state;
    }
    bool const was_finished = state.stage == Stage::finished;
    state.arguments = arguments;

    std::vector<std::string> command{(options.programs / experiment.program).string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--out", directory.string(), "--threads", std::to_string(options.threads)});
    if (options.quiet) {
        command.emplace_back("--quiet");
    }
    if (has_checkpoint(directory)) {
        command.emplace_back("--resume");
    }

    tools::Postponement const postponed;
    double const seconds_before = state.seconds;
    auto const start = Clock::now();
    auto kept = start;
    state.stage = Stage::begun;
    state.failure.clear();
    if (!was_finished) {
        keep(state, experiment, options);
    }
    Child child(command);
    bool was_asked = false;
    constexpr int patience = 100;             // milliseconds
    constexpr std::chrono::seconds every{5};  // what a kill of this program may lose of the seconds
    while (child.listen(patience)) {
        if (postponed.requested() && !was_asked) {
            child.ask_to_end();
            was_asked = true;
        }
        state.seconds = seconds_before + std::chrono::duration<double>(Clock::now() - start).count();
        if (!was_finished && Clock::now() - kept > every) {
            RunState so_far = state;
            so_far.processor_seconds = 0;  // of this process they are known when it has ended
            keep(so_far, experiment, options);
            kept = Clock::now();
        }
    }
    std::optional<int> const code = child.exit_code();
    state.seconds =
        was_finished ? seconds_before : seconds_before + std::chrono::duration<double>(Clock::now() - start).count();
    // Those of a part alone would look like those of the whole.
    bool const all_parts_are_known = seconds_before == 0 || state.processor_seconds > 0;
    if (!was_finished && all_parts_are_known) {
        state.processor_seconds += child.processor_seconds();
    } else if (!was_finished) {
        state.processor_seconds = 0;
    }
    std::error_code unreadable;
    bool const has_results = std::filesystem::exists(directory / "run.json", unreadable);
    if (code == 0 && has_results) {
        state.stage = Stage::finished;
        state.parameters = parameters_in(directory);
    } else if (!was_asked) {
        state.stage = Stage::failed;
        state.failure = last_sentence(child.said(), experiment.program);
        if (state.failure.empty()) {
            state.failure = !code        ? "the system does not tell how it ended"
                            : *code == 0 ? "it left no run.json"
                                         : "it ended with the exit code " + std::to_string(*code);
        }
    }
    // What was finished stays so, when running it once more fails.
    RunState kept_state = state;
    kept_state.stage = was_finished && has_results ? Stage::finished : state.stage;
    keep(kept_state, experiment, options);
    if (was_asked) {
        throw tools::Interrupted("interrupted in the experiment '" + experiment.name +
                                 "': the same command goes on, and gives the same bits");
    }
    return state;
}

namespace {

/// A path with its links followed, as far as it is there.
std::filesystem::path real_path(std::filesystem::path const& path) {
    std::filesystem::path const real = std::filesystem::weakly_canonical(std::filesystem::absolute(path));
    return real.has_filename() ? real : real.parent_path();  // no slash at its end
}

bool is_within(std::filesystem::path const& inner, std::filesystem::path const& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// A directory that is removed with everything in it.
class Scratch {
  public:
    explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {
        std::filesystem::remove_all(path_);  // of a run that was killed
        std::filesystem::create_directories(path_);
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// Copies of what the page is made of: the state of an experiment, its results and its figures.
void copy_experiment(Experiment const& experiment, RunOptions const& from, RunOptions const& to) {
    RunState const state = state_of(experiment, from);
    if (state.stage == Stage::not_run || state.stage == Stage::other) {
        return;
    }
    keep(state, experiment, to);
    if (state.stage != Stage::finished) {
        return;
    }
    std::filesystem::create_directories(to.directory_of(experiment));
    for (auto const& entry : std::filesystem::directory_iterator(from.directory_of(experiment))) {
        auto const name = entry.path().filename();
        bool const is_wanted = name.extension() == ".csv" || name.extension() == ".svg" ||
                               (name == "weights.json" && experiment.reads_weights);
        if (name == "run.json") {
            // Where it was run is nobody's business; its name is that of its directory.
            Json record = tools::json_from_text(tools::text_of_file(entry.path()));
            record["parameters"]["out"] = experiment.name;
            incontext::write_file((to.directory_of(experiment) / name).string(), tools::json_text(record));
        } else if (is_wanted) {
            std::filesystem::copy_file(entry.path(), to.directory_of(experiment) / name);
        }
    }
}

}  // namespace

void require_place_for_report(RunOptions const& from, std::filesystem::path const& to) {
    RunOptions target = from;
    target.out = to;
    auto const source = real_path(from.directory());
    auto const place = real_path(target.directory());
    if (is_within(place, source) || is_within(source, place)) {
        throw std::invalid_argument("a report needs a place other than that of the results, '" +
                                    from.directory().string() + "'");
    }
    for (Experiment const& experiment : experiments()) {
        auto const results = target.directory_of(experiment);
        if (has_checkpoint(results)) {
            throw std::invalid_argument("'" + results.string() +
                                        "' has a checkpoint, which no report has, and would be lost: give --report "
                                        "another place, or remove that directory");
        }
    }
}

void copy_results(RunOptions const& from, std::filesystem::path const& to) {
    require_place_for_report(from, to);
    tools::Postponement const postponed;  // a report is not left half of it old
    RunOptions target = from;
    target.out = to;
    // Nothing is removed before all of it is read.
    Scratch const scratch(to / ".copied");
    RunOptions copied = from;
    copied.out = scratch.path();
    std::filesystem::create_directories(copied.directory());
    for (Experiment const& experiment : experiments()) {
        copy_experiment(experiment, from, copied);
    }
    std::filesystem::create_directories(target.directory());
    for (Experiment const& experiment : experiments()) {
        for (auto const& name : {experiment.name, experiment.name + ".json"}) {
            std::filesystem::remove_all(target.directory() / name);
            if (std::filesystem::exists(copied.directory() / name)) {
                std::filesystem::rename(copied.directory() / name, target.directory() / name);
            }
        }
    }
}

}  // namespace paper
