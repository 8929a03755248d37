#include "adapter/log.h"

#include <atomic>
#include <cstdio>

#include <dlfcn.h>

#define PLUGIN_TEXT(x) #x
#define PLUGIN_EXPANDED_TEXT(x) PLUGIN_TEXT(x)

namespace trtfairmot
{

namespace
{

using Severity = nvinfer1::ILogger::Severity;

std::atomic<nvinfer1::ILoggerFinder*> gLoggerFinder{nullptr};

nvinfer1::ILogger* currentLogger()
{
    nvinfer1::ILoggerFinder* const finder = gLoggerFinder.load();
    if (finder != nullptr)
    {
        return finder->findLogger();
    }
    using GetLogger = nvinfer1::ILogger* (*) ();
    auto const getLogger = reinterpret_cast<GetLogger>(nvinferFunction("getLogger"));
    return getLogger != nullptr ? getLogger() : nullptr;
}

void log(Severity severity, std::string const& message)
{
    std::string const text = "[FairMOT plugins] " + message;
    nvinfer1::ILogger* const logger = currentLogger();
    if (logger != nullptr)
    {
        logger->log(severity, text.c_str());
    }
    else if (severity == Severity::kERROR)
    {
        std::fprintf(stderr, "%s\n", text.c_str());
    }
}

} // namespace

void logError(std::string const& message)
{
    log(Severity::kERROR, message);
}

void setLoggers(nvinfer1::ILoggerFinder* finder)
{
    gLoggerFinder.store(finder);
}

void* nvinferFunction(char const* name)
{
    if (void* const function = dlsym(RTLD_DEFAULT, name))
    {
        return function;
    }
    // Loaded, but with RTLD_LOCAL: found by its soname.
    char const* const libraries[] = {"libnvinfer.so." PLUGIN_EXPANDED_TEXT(NV_TENSORRT_MAJOR),
        "libnvinfer_lean.so." PLUGIN_EXPANDED_TEXT(NV_TENSORRT_MAJOR)};
    for (char const* const library : libraries)
    {
        if (void* const handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD))
        {
            void* const function = dlsym(handle, name);
            dlclose(handle);
            if (function != nullptr)
            {
                return function;
            }
        }
    }
    return nullptr;
}

} // namespace trtfairmot
