// Every difference between TensorRT 8.6, 10 and 11 that the addon meets, in one place.
#pragma once

#include "common/nativeError.h"

#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cstdint>
#include <string>
#include <vector>

namespace trtfairmot
{
namespace compat
{

// Dims holds int32 before 10 and int64 since.
inline std::vector<int64_t> shapeFrom(nvinfer1::Dims const& dims)
{
    return std::vector<int64_t>(dims.d, dims.d + (dims.nbDims > 0 ? dims.nbDims : 0));
}

inline nvinfer1::Dims dimsFrom(std::vector<int64_t> const& shape)
{
    nvinfer1::Dims dims{};
    if (shape.size() > nvinfer1::Dims::MAX_DIMS)
    {
        throw NativeError(code::kINVALID,
            "Expected at most " + std::to_string(nvinfer1::Dims::MAX_DIMS) + " dimensions but received "
                + std::to_string(shape.size()));
    }
    dims.nbDims = static_cast<int32_t>(shape.size());
    for (size_t i = 0; i < shape.size(); i++)
    {
        dims.d[i] = static_cast<std::remove_reference_t<decltype(dims.d[0])>>(shape[i]);
    }
    return dims;
}

inline char const* dtypeName(nvinfer1::DataType type)
{
    switch (type)
    {
    case nvinfer1::DataType::kFLOAT: return "float32";
    case nvinfer1::DataType::kHALF: return "float16";
    case nvinfer1::DataType::kINT8: return "int8";
    case nvinfer1::DataType::kINT32: return "int32";
    case nvinfer1::DataType::kBOOL: return "bool";
    case nvinfer1::DataType::kUINT8: return "uint8";
#if NV_TENSORRT_MAJOR >= 10
    case nvinfer1::DataType::kBF16: return "bfloat16";
    case nvinfer1::DataType::kINT64: return "int64";
#endif
    default: return "other";
    }
}

inline size_t dtypeSize(nvinfer1::DataType type)
{
    switch (type)
    {
    case nvinfer1::DataType::kFLOAT:
    case nvinfer1::DataType::kINT32: return 4;
    case nvinfer1::DataType::kHALF: return 2;
#if NV_TENSORRT_MAJOR >= 10
    case nvinfer1::DataType::kBF16: return 2;
    case nvinfer1::DataType::kINT64: return 8;
#endif
    default: return 1;
    }
}

inline char const* formatName(nvinfer1::TensorFormat format)
{
    switch (format)
    {
    case nvinfer1::TensorFormat::kLINEAR: return "linear";
    case nvinfer1::TensorFormat::kCHW2: return "chw2";
    case nvinfer1::TensorFormat::kHWC8: return "hwc8";
    case nvinfer1::TensorFormat::kCHW4: return "chw4";
    case nvinfer1::TensorFormat::kCHW16: return "chw16";
    case nvinfer1::TensorFormat::kCHW32: return "chw32";
    case nvinfer1::TensorFormat::kHWC: return "hwc";
    case nvinfer1::TensorFormat::kHWC16: return "hwc16";
    default: return "other";
    }
}

inline size_t deviceMemorySize(nvinfer1::ICudaEngine const& engine)
{
#if NV_TENSORRT_MAJOR >= 10
    return static_cast<size_t>(engine.getDeviceMemorySizeV2());
#else
    return engine.getDeviceMemorySize();
#endif
}

// Batch is always explicit; strong typing is a flag in 10 and the only way in 11.
inline nvinfer1::INetworkDefinition* createNetwork(nvinfer1::IBuilder& builder, bool stronglyTyped)
{
#if NV_TENSORRT_MAJOR >= 11
    (void) stronglyTyped;
    return builder.createNetworkV2(0);
#elif NV_TENSORRT_MAJOR >= 10
    using Flag = nvinfer1::NetworkDefinitionCreationFlag;
    return builder.createNetworkV2(stronglyTyped ? 1U << static_cast<uint32_t>(Flag::kSTRONGLY_TYPED) : 0U);
#else
    if (stronglyTyped)
    {
        throw NativeError(code::kINVALID, "Expected TensorRT 10 or newer for a strongly typed network but received 8",
            "leave out stronglyTyped and set the precision instead");
    }
    return builder.createNetworkV2(
        1U << static_cast<uint32_t>(nvinfer1::NetworkDefinitionCreationFlag::kEXPLICIT_BATCH));
#endif
}

// Lets several contexts run the one profile of an engine with dynamic shapes, as they may from TensorRT 9 on anyway.
inline void shareProfiles(nvinfer1::IBuilderConfig& config)
{
#if NV_TENSORRT_MAJOR < 10
    config.setPreviewFeature(nvinfer1::PreviewFeature::kPROFILE_SHARING_0806, true);
#else
    (void) config;
#endif
}

// Precision flags exist until 10; 11 takes the types the graph has.
inline void setPrecisionFlags(nvinfer1::IBuilderConfig& config, bool fp16, bool int8, bool stronglyTyped)
{
#if NV_TENSORRT_MAJOR >= 11
    (void) config;
    (void) stronglyTyped;
    if (fp16 || int8)
    {
        throw NativeError(code::kINVALID,
            "Expected no precision flags with TensorRT 11, whose networks are strongly typed, but received "
                + std::string(fp16 ? "fp16" : "int8"),
            "give it an ONNX file whose tensors have the types wanted");
    }
#else
    if (stronglyTyped && (fp16 || int8))
    {
        throw NativeError(code::kINVALID, "Expected no precision flags with a strongly typed network but received some",
            "leave out stronglyTyped, or fp16 and int8");
    }
    if (fp16)
    {
        config.setFlag(nvinfer1::BuilderFlag::kFP16);
    }
    if (int8)
    {
        config.setFlag(nvinfer1::BuilderFlag::kINT8);
    }
#endif
}

// Keeps named layers in float32 within a weakly typed fp16 build.
inline void keepFloat32(nvinfer1::IBuilderConfig& config, nvinfer1::ILayer& layer)
{
#if NV_TENSORRT_MAJOR >= 11
    (void) config;
    throw NativeError(code::kINVALID,
        std::string("Expected no float32 layers with TensorRT 11 but received ") + layer.getName(),
        "give it an ONNX file whose tensors have the types wanted");
#else
    config.setFlag(nvinfer1::BuilderFlag::kPREFER_PRECISION_CONSTRAINTS);
    layer.setPrecision(nvinfer1::DataType::kFLOAT);
    for (int32_t i = 0; i < layer.getNbOutputs(); i++)
    {
        if (layer.getOutput(i)->getType() == nvinfer1::DataType::kFLOAT)
        {
            layer.setOutputType(i, nvinfer1::DataType::kFLOAT);
        }
    }
#endif
}

inline nvinfer1::TacticSources tacticSourceBit(std::string const& name)
{
    using nvinfer1::TacticSource;
    auto const bit = [](TacticSource source) { return 1U << static_cast<uint32_t>(source); };
    if (name == "edge-mask-convolutions")
    {
        return bit(TacticSource::kEDGE_MASK_CONVOLUTIONS);
    }
    if (name == "jit-convolutions")
    {
        return bit(TacticSource::kJIT_CONVOLUTIONS);
    }
#if NV_TENSORRT_MAJOR < 11
    if (name == "cublas")
    {
        return bit(TacticSource::kCUBLAS);
    }
    if (name == "cublas-lt")
    {
        return bit(TacticSource::kCUBLAS_LT);
    }
    if (name == "cudnn")
    {
        return bit(TacticSource::kCUDNN);
    }
#endif
    throw NativeError(code::kINVALID, "Expected a tactic source this TensorRT has but received " + name,
        "use edge-mask-convolutions and jit-convolutions; cublas, cublas-lt and cudnn exist before TensorRT 11");
}

inline std::string nodeNameOf(nvonnxparser::IParserError const& error)
{
#if NV_TENSORRT_MAJOR >= 10
    std::string const name = error.nodeName() ? error.nodeName() : "";
    std::string const type = error.nodeOperator() ? error.nodeOperator() : "";
    return name.empty() ? type : name + " (" + type + ")";
#else
    return error.node() >= 0 ? "number " + std::to_string(error.node()) : "";
#endif
}

inline std::vector<std::string> creatorNames(nvinfer1::IPluginRegistry const& registry)
{
    std::vector<std::string> names;
    int32_t count = 0;
#if NV_TENSORRT_MAJOR >= 10
    auto const* creators = registry.getAllCreators(&count);
    for (int32_t i = 0; i < count; i++)
    {
        // V3 creators only; the V1 interface has another base.
        auto const info = creators[i]->getInterfaceInfo();
        if (std::string(info.kind) == "PLUGIN CREATOR_V3ONE")
        {
            auto const* creator = static_cast<nvinfer1::IPluginCreatorV3One const*>(creators[i]);
            names.push_back(std::string(creator->getPluginName()) + "@" + creator->getPluginVersion());
        }
    }
#else
    auto const* creators = registry.getPluginCreatorList(&count);
    for (int32_t i = 0; i < count; i++)
    {
        names.push_back(std::string(creators[i]->getPluginName()) + "@" + creators[i]->getPluginVersion());
    }
#endif
    return names;
}

} // namespace compat
} // namespace trtfairmot
