// TensorRT takes one logger for the whole process; this one hands each message to whoever listens on the thread it comes from.
#pragma once

#include "tensorrt/buildNetwork.h"

#include <NvInferRuntime.h>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace trtfairmot
{

// Listens from construction to destruction. Messages of threads that TensorRT started go to every listener.
class LogListener
{
public:
    using Callback = std::function<void(Severity, std::string const&)>;

    explicit LogListener(Callback callback = {}, bool verbose = false);
    ~LogListener();
    LogListener(LogListener const&) = delete;
    LogListener& operator=(LogListener const&) = delete;

    void receive(Severity severity, char const* message);

    // The errors, or else the warnings, heard so far in one line, at most some hundred characters.
    std::string summary() const;

private:
    LogListener* mOuter;
    Callback mCallback;
    bool mVerbose;
    mutable std::mutex mMutex;
    std::vector<std::string> mErrors;
    std::vector<std::string> mWarnings;
};

// Never destroyed: TensorRT may log while the process ends.
nvinfer1::ILogger& processLogger();

} // namespace trtfairmot
