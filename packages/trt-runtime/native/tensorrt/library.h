// libnvinfer and libnvonnxparser, opened on first use.
#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <memory>
#include <string>

namespace trtfairmot
{

// Everything throws code::kTENSORRT_ABSENT where no usable library is found.
class TensorrtLibrary
{
public:
    static TensorrtLibrary const& get();

    nvinfer1::IRuntime* createRuntime() const;
    nvinfer1::IBuilder* createBuilder() const;
    nvonnxparser::IParser* createParser(nvinfer1::INetworkDefinition& network) const;
    nvinfer1::IPluginRegistry& registry() const;

    std::string const& path() const noexcept
    {
        return mPath;
    }

    // "8.6.0"
    std::string version() const;
    static std::string headerVersion();
    static std::string parserPath();

private:
    TensorrtLibrary();

    std::string mPath;
    int32_t mVersion{0};
    void* (*mCreateRuntime)(void*, int32_t) noexcept {nullptr};
    void* (*mCreateBuilder)(void*, int32_t) noexcept {nullptr};
    nvinfer1::IPluginRegistry* (*mRegistry)() noexcept {nullptr};
};

} // namespace trtfairmot
