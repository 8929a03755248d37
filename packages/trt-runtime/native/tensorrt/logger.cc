#include "tensorrt/logger.h"

#include <algorithm>

namespace trtfairmot
{

namespace
{

constexpr size_t kSUMMARY_LENGTH = 900;
constexpr size_t kKEPT_MESSAGES = 20;

std::mutex& listenersMutex()
{
    static auto* mutex = new std::mutex;
    return *mutex;
}

std::vector<LogListener*>& listeners()
{
    static auto* all = new std::vector<LogListener*>;
    return *all;
}

thread_local LogListener* threadListener = nullptr;

class ProcessLogger : public nvinfer1::ILogger
{
public:
    void log(nvinfer1::ILogger::Severity severity, nvinfer1::AsciiChar const* message) noexcept override
    {
        try
        {
            auto const ours = static_cast<trtfairmot::Severity>(severity);
            if (threadListener != nullptr)
            {
                threadListener->receive(ours, message);
                return;
            }
            std::lock_guard<std::mutex> lock(listenersMutex());
            for (auto* listener : listeners())
            {
                listener->receive(ours, message);
            }
        }
        catch (...)
        {
            // A message is lost; TensorRT must not see an exception.
        }
    }
};

} // namespace

LogListener::LogListener(Callback callback, bool verbose)
    : mOuter(threadListener)
    , mCallback(std::move(callback))
    , mVerbose(verbose)
{
    threadListener = this;
    std::lock_guard<std::mutex> lock(listenersMutex());
    listeners().push_back(this);
}

LogListener::~LogListener()
{
    threadListener = mOuter;
    std::lock_guard<std::mutex> lock(listenersMutex());
    auto& all = listeners();
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

void LogListener::receive(Severity severity, char const* message)
{
    {
        std::lock_guard<std::mutex> lock(mMutex);
        auto& kept = severity <= Severity::kERROR ? mErrors : mWarnings;
        if (severity <= Severity::kWARNING && kept.size() < kKEPT_MESSAGES)
        {
            kept.emplace_back(message);
        }
    }
    if (mCallback && (mVerbose || severity < Severity::kVERBOSE))
    {
        mCallback(severity, message);
    }
}

std::string LogListener::summary() const
{
    std::lock_guard<std::mutex> lock(mMutex);
    std::string text;
    for (auto const& message : mErrors.empty() ? mWarnings : mErrors)
    {
        text += (text.empty() ? "" : "; ") + message;
    }
    if (text.size() > kSUMMARY_LENGTH)
    {
        text = text.substr(0, kSUMMARY_LENGTH) + "...";
    }
    return text.empty() ? "no message from TensorRT" : text;
}

nvinfer1::ILogger& processLogger()
{
    static auto* logger = new ProcessLogger;
    return *logger;
}

} // namespace trtfairmot
