// libnvinfer opened at run time, for the test programs.
#pragma once

#include <string>

#include <NvInfer.h>

namespace trtfairmot
{

// Prints warnings and errors, and remembers the last error.
class TestLogger : public nvinfer1::ILogger
{
public:
    void log(Severity severity, nvinfer1::AsciiChar const* message) noexcept override;

    std::string lastError;
    bool quiet{false};
};

class TensorRt
{
public:
    // An empty path means libnvinfer.so.N for the N of the headers. Ends the program with exit code 3 where it can't be
    // loaded or is of another major version.
    explicit TensorRt(std::string const& path);

    int32_t version() const;
    nvinfer1::IPluginRegistry& registry() const;
    nvinfer1::IBuilder* createBuilder(nvinfer1::ILogger& logger) const;
    nvinfer1::IRuntime* createRuntime(nvinfer1::ILogger& logger) const;

private:
    template <typename Function>
    Function function(char const* name) const;

    void* mHandle{nullptr};
};

// dlopen with an error that ends the program.
void* openLibrary(std::string const& path);

} // namespace trtfairmot
