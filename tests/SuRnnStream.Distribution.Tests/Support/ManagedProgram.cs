namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>surnn as it was built with the tests, which native programs are held against.</summary>
static class ManagedProgram
{
    public static (int ExitCode, string Text) Run(params string[] arguments) =>
        NativeProgram.Execute("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn.dll"), .. arguments]);
}
