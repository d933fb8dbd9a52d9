// SPDX-License-Identifier: MIT
// What compiling costs: wall seconds, processor seconds and peak memory of compiler commands.
//
//   compile_cost COMMANDS RESULT.json [PART]    runs the commands whose name contains PART, all of them by default
//
//   COMMANDS    first a line "# " and the compilers' versions; then a line per command: its name, the compiler and its
//               arguments, separated by tabs
//   RESULT      in the schema of Google Benchmark; real_time and cpu_time in seconds, peak_memory_MB in 10^6 bytes
//
// Every command is run three to six times, one that takes long twice or once. Other programs only ever add time, so the
// smallest of each number is what counts. The first run also brings the headers into the memory of the system.
// Peak memory is that of the largest process of a command, as the system accounts it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Command {
    std::string name;
    std::vector<std::string> arguments;  // the compiler first
};

struct Cost {
    double wall_seconds = 0;
    double processor_seconds = 0;
    double peak_megabytes = 0;
    int runs = 0;
};

std::vector<std::string> split_at_tabs(std::string const& line) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, '\t');) {
        parts.push_back(part);
    }
    return parts;
}

struct Commands {
    std::string versions;
    std::vector<Command> list;
};

Commands read_commands(std::string const& file, std::string const& part_of_name) {
    std::ifstream stream(file);
    Commands commands;
    for (std::string line; std::getline(stream, line);) {
        auto parts = split_at_tabs(line);
        if (line.starts_with("# ")) {
            commands.versions = line.substr(2);
        } else if (parts.size() >= 2 && parts[0].find(part_of_name) != std::string::npos) {
            commands.list.push_back({parts[0], {parts.begin() + 1, parts.end()}});
        }
    }
    if (commands.list.empty()) {
        throw std::runtime_error("no command with '" + part_of_name + "' in its name in '" + file + "'");
    }
    return commands;
}

/// Replaces this process by the command.
[[noreturn]] void execute(Command const& command) {
    std::vector<char*> arguments;
    for (std::string const& argument : command.arguments) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    std::perror(arguments[0]);
    _exit(127);
}

double seconds(timeval const& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

struct DoesNotCompile {};

/// Errors: a command that fails throws DoesNotCompile; what it says is on the terminal.
Cost run_once(Command const& command) {
    auto const start = std::chrono::steady_clock::now();
    pid_t const child = fork();
    if (child == 0) {
        execute(command);
    }
    int status = 0;
    rusage usage{};  // of the child and of all that it waited for: the compiler proper and the assembler
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        throw std::runtime_error("cannot start '" + command.arguments[0] + "'");
    }
    std::chrono::duration<double> const wall = std::chrono::steady_clock::now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw DoesNotCompile();
    }
    return {.wall_seconds = wall.count(),
            .processor_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
            .peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6,
            .runs = 1};
}

Cost smallest(Cost const& a, Cost const& b) {
    return {.wall_seconds = std::min(a.wall_seconds, b.wall_seconds),
            .processor_seconds = std::min(a.processor_seconds, b.processor_seconds),
            .peak_megabytes = std::min(a.peak_megabytes, b.peak_megabytes),
            .runs = a.runs + b.runs};
}

/// Three runs where they take up to 20 seconds, six where these take up to 6.
bool is_worth_another_run(Cost const& cost, double seconds_so_far) {
    double const seconds_then = seconds_so_far + cost.wall_seconds;
    return cost.runs < 3 ? seconds_then <= 20 : cost.runs < 6 && seconds_then <= 6;
}

Cost measure(Command const& command) {
    Cost cost = run_once(command);
    for (double spent = cost.wall_seconds; is_worth_another_run(cost, spent);) {
        Cost const again = run_once(command);
        spent += again.wall_seconds;
        cost = smallest(cost, again);
    }
    return cost;
}

/// One entry of "benchmarks", with what was measured or why nothing was. Names hold no character that JSON would escape.
void print_entry(std::FILE* file, char const* separator, Command const& command, std::string const& measured) {
    std::fprintf(file,
                 "%s\n    {\"name\": \"%s\", \"run_name\": \"%s\", \"run_type\": \"iteration\", \"repetitions\": 1, "
                 "\"repetition_index\": 0, \"threads\": 1, %s}",
                 separator, command.name.c_str(), command.name.c_str(), measured.c_str());
}

std::string fields(Cost const& cost) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "\"iterations\": %d, \"real_time\": %.4f, \"cpu_time\": %.4f, \"time_unit\": \"s\", "
                  "\"peak_memory_MB\": %.1f",
                  cost.runs, cost.wall_seconds, cost.processor_seconds, cost.peak_megabytes);
    return text;
}

/// Measures a command, prints its line and returns its fields; of one that does not compile the fields of an error.
std::string measured_fields(Command const& command, bool& all_compile) {
    Cost cost;
    try {
        cost = measure(command);
    } catch (DoesNotCompile const&) {
        all_compile = false;
        std::printf("%-48s does not compile\n", command.name.c_str());
        return "\"error_occurred\": true, \"error_message\": \"does not compile\"";
    }
    std::printf("%-48s %9.2f %9.2f %9.0f %5d\n", command.name.c_str(), cost.wall_seconds, cost.processor_seconds,
                cost.peak_megabytes, cost.runs);
    std::fflush(stdout);
    return fields(cost);
}

void print_context(std::FILE* file, std::string const& versions) {
    std::time_t const now = std::time(nullptr);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S%z", std::localtime(&now));
    std::fprintf(file,
                 "{\n  \"context\": {\"date\": \"%s\", \"executable\": \"compile_cost\", \"num_cpus\": %ld, "
                 "\"compilers\": \"%s\", \"statistic\": \"the smallest of all runs\"},\n  \"benchmarks\": [",
                 date, sysconf(_SC_NPROCESSORS_ONLN), versions.c_str());
}

/// False if one of them does not compile.
bool measure_all(Commands const& commands, std::string const& result) {
    std::string const aside = result + ".tmp";
    std::FILE* const file = std::fopen(aside.c_str(), "w");
    if (file == nullptr) {
        throw std::runtime_error("cannot write '" + aside + "'");
    }
    print_context(file, commands.versions);
    std::printf("%-48s %9s %9s %9s %5s\n", "command", "wall s", "cpu s", "peak MB", "runs");
    bool all_compile = true;
    char const* separator = "";
    for (Command const& command : commands.list) {
        print_entry(file, separator, command, measured_fields(command, all_compile));
        separator = ",";
    }
    std::fprintf(file, "\n  ]\n}\n");
    if (std::fclose(file) != 0 || std::rename(aside.c_str(), result.c_str()) != 0) {
        throw std::runtime_error("cannot write '" + result + "'");
    }
    return all_compile;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) {
        std::fprintf(stderr, "compile_cost: expected COMMANDS RESULT.json [PART], see the top of compile_cost.cpp\n");
        return 2;
    }
    try {
        return measure_all(read_commands(argv[1], argc == 4 ? argv[3] : ""), argv[2]) ? 0 : 1;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "compile_cost: %s\n", error.what());
        return 1;
    }
}
