// A build request as settings of TensorRT's builder.
#pragma once

#include "tensorrt/buildNetwork.h"

#include <NvInfer.h>
#include <memory>

namespace trtfairmot
{

void configure(nvinfer1::IBuilderConfig& config, BuildRequest const& request);

// Shapes for dynamic inputs; throws where some are missing.
void addProfile(nvinfer1::IBuilder& builder, nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config,
    BuildRequest const& request);

void keepFloat32Layers(
    nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config, std::vector<std::string> const& names);

// The given timing cache, or an empty one where it does not fit this device and version. Must outlive the build.
std::unique_ptr<nvinfer1::ITimingCache> timingCacheFor(nvinfer1::IBuilderConfig& config, BuildRequest const& request);

} // namespace trtfairmot
