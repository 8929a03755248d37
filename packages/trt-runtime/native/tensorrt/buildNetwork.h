// ONNX bytes to a serialised engine, with TensorRT's own parser and builder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trtfairmot
{

enum class Severity : int32_t
{
    kINTERNAL_ERROR = 0,
    kERROR = 1,
    kWARNING = 2,
    kINFO = 3,
    kVERBOSE = 4
};

struct ProfileShapes
{
    std::vector<int64_t> min;
    std::vector<int64_t> opt;
    std::vector<int64_t> max;
};

struct BuildProgress
{
    std::string phase;
    int64_t step;
    int64_t steps; // 0 where unknown
};

struct BuildRequest
{
    int device{0};
    std::vector<uint8_t> onnx;
    bool fp16{false};
    bool int8{false};
    bool stronglyTyped{false};
    bool tf32{false};
    bool verbose{false};
    int64_t workspaceMiB{0};       // 0: all of the device's memory
    int32_t optimizationLevel{-1}; // -1: TensorRT's default
    int32_t profilingVerbosity{0}; // 0 layer names, 1 none, 2 detailed
    int64_t maxAuxStreams{-1};     // -1: TensorRT's default
    std::vector<std::string> tacticSources;
    std::vector<std::string> float32Layers;
    std::map<std::string, ProfileShapes> profile; // by input name
    std::vector<uint8_t> timingCache;
    // Called from any thread.
    std::function<void(Severity, std::string const&)> onLog;
    std::function<void(BuildProgress const&)> onProgress;
    std::shared_ptr<std::atomic<bool>> cancelled;
};

struct BuildResult
{
    std::vector<uint8_t> engine;
    std::vector<uint8_t> timingCache;
    int32_t layerCount;
};

BuildResult buildNetwork(BuildRequest const& request);

} // namespace trtfairmot
