#include "tensorrt/buildConfig.h"

#include "common/nativeError.h"
#include "tensorrt/compat.h"

#include <algorithm>

namespace trtfairmot
{

namespace
{

void setDimensions(
    nvinfer1::IOptimizationProfile& profile, std::string const& name, ProfileShapes const& shapes)
{
    using Selector = nvinfer1::OptProfileSelector;
    bool const valid = profile.setDimensions(name.c_str(), Selector::kMIN, compat::dimsFrom(shapes.min))
        && profile.setDimensions(name.c_str(), Selector::kOPT, compat::dimsFrom(shapes.opt))
        && profile.setDimensions(name.c_str(), Selector::kMAX, compat::dimsFrom(shapes.max));
    if (!valid)
    {
        throw NativeError(code::kINVALID,
            "Expected min <= opt <= max shapes for input " + name + " but received a profile TensorRT refuses");
    }
}

} // namespace

void keepFloat32Layers(
    nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config, std::vector<std::string> const& names)
{
    for (auto const& name : names)
    {
        bool found = false;
        for (int32_t i = 0; i < network.getNbLayers(); i++)
        {
            auto& layer = *network.getLayer(i);
            if (name == layer.getName())
            {
                compat::keepFloat32(config, layer);
                found = true;
            }
        }
        if (!found)
        {
            throw NativeError(
                code::kINVALID, "Expected float32Layers to name layers of the network but received " + name);
        }
    }
}

void addProfile(nvinfer1::IBuilder& builder, nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config,
    BuildRequest const& request)
{
    auto* profile = builder.createOptimizationProfile();
    bool dynamic = false;
    for (int32_t i = 0; i < network.getNbInputs(); i++)
    {
        auto const& input = *network.getInput(i);
        auto const shape = compat::shapeFrom(input.getDimensions());
        bool const inputDynamic = std::find(shape.begin(), shape.end(), -1) != shape.end();
        auto const given = request.profile.find(input.getName());
        if (inputDynamic && given == request.profile.end())
        {
            throw NativeError(code::kINVALID,
                std::string("Expected shapes for the dynamic input ") + input.getName() + " but received none",
                "give min, opt and max: --min-batch, --opt-batch, --max-batch");
        }
        if (given != request.profile.end())
        {
            setDimensions(*profile, input.getName(), given->second);
            dynamic = true;
        }
    }
    if (dynamic && config.addOptimizationProfile(profile) < 0)
    {
        throw NativeError(code::kINVALID, "Expected a valid optimisation profile but TensorRT refused it",
            "check that min <= opt <= max for every input");
    }
}

void configure(nvinfer1::IBuilderConfig& config, BuildRequest const& request)
{
    compat::setPrecisionFlags(config, request.fp16, request.int8, request.stronglyTyped);
    compat::shareProfiles(config);
    if (!request.tf32)
    {
        config.clearFlag(nvinfer1::BuilderFlag::kTF32);
    }
    if (request.workspaceMiB > 0)
    {
        config.setMemoryPoolLimit(
            nvinfer1::MemoryPoolType::kWORKSPACE, static_cast<size_t>(request.workspaceMiB) << 20);
    }
    if (request.optimizationLevel >= 0)
    {
        config.setBuilderOptimizationLevel(request.optimizationLevel);
    }
    if (request.maxAuxStreams >= 0)
    {
        config.setMaxAuxStreams(static_cast<int32_t>(request.maxAuxStreams));
    }
    nvinfer1::TacticSources sources = 0;
    for (auto const& name : request.tacticSources)
    {
        sources |= compat::tacticSourceBit(name);
    }
    if (!request.tacticSources.empty())
    {
        config.setTacticSources(sources);
    }
    constexpr nvinfer1::ProfilingVerbosity kVERBOSITY[] = {nvinfer1::ProfilingVerbosity::kLAYER_NAMES_ONLY,
        nvinfer1::ProfilingVerbosity::kNONE, nvinfer1::ProfilingVerbosity::kDETAILED};
    config.setProfilingVerbosity(kVERBOSITY[request.profilingVerbosity]);
}

std::unique_ptr<nvinfer1::ITimingCache> timingCacheFor(nvinfer1::IBuilderConfig& config, BuildRequest const& request)
{
    auto const& given = request.timingCache;
    std::unique_ptr<nvinfer1::ITimingCache> cache(config.createTimingCache(given.data(), given.size()));
    if (!cache && !given.empty())
    {
        // One of another version or device: timings are taken anew.
        cache.reset(config.createTimingCache(nullptr, 0));
    }
    if (cache && !config.setTimingCache(*cache, false))
    {
        cache.reset(config.createTimingCache(nullptr, 0));
        (void) config.setTimingCache(*cache, true);
    }
    return cache;
}

} // namespace trtfairmot
