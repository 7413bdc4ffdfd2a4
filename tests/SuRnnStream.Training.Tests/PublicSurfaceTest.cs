using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class PublicSurfaceTest
{
    [Fact]
    public void Package_PublicSurface_IsTheApprovedOne() => PublicSurface.AssertApproved(typeof(TrainingProgram).Assembly, "SuRnnStream.Training");
}
