namespace SuRnnStream.Web;

/// <summary>WebAssembly programs need a start; what JavaScript calls is in <see cref="Exports"/>.</summary>
static class Program
{
    static void Main() { }
}
