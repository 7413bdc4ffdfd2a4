using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class PublicSurfaceTest
{
    [Theory]
    [InlineData(typeof(TrainingProgram), "SuRnnStream.Training")]
    [InlineData(typeof(SpeechEmbedding), "SuRnnStream.Onnx")]
    public void Package_PublicSurface_IsTheApprovedOne(Type type, string package) => PublicSurface.AssertApproved(type.Assembly, package);
}
