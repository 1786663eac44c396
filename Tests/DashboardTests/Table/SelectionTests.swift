import Testing

@testable import Dashboard

@Suite("The selection in the table")
struct SelectionTests {
    @Test("the first row is selected until the operator moves or acts, then a task")
    func top() {
        var script = DashboardScript()
        for number in 1...40 { script.add(DashboardScript.record(number)) }
        #expect(script.selection == DashboardScript.id(40))
        #expect(script.lines[3].contains("▸ …P00040"))
        for keys in ["j", "p", " ", "k", "+", "\u{5D}"] {
            var moved = script
            moved.type(keys)
            let selected = moved.selection
            moved.add(DashboardScript.record(41))
            #expect(moved.selection == selected)
        }
        script.type("P")
        script.add(DashboardScript.record(41))
        #expect(script.model.tasks.selectedIndex == 0)
    }

    @Test("a filter without a match keeps the selection")
    func filtered() {
        var script = DashboardScript.fourTasks()
        script.press(.end)
        script.type("/cpux")
        #expect(script.model.tasks.order.isEmpty)
        #expect(script.selection == DashboardScript.id(1))
        #expect(script.screen.contains("No task matches the filter"))
        script.press(.enter)
        #expect(script.screen.contains("…P00001 (hidden by the filter)"))
        script.press(.escape)
        #expect(script.selection == DashboardScript.id(1))
        #expect(script.model.tasks.selectedIndex == 3)
    }

    @Test("a range is tagged from the last tag to the selection")
    func ranges() {
        var script = DashboardScript.fourTasks()
        script.press(.control(" "), .down, .down, .control(" "))
        #expect(script.model.targets.ids == [2, 3, 4].map(DashboardScript.id))
        script.type("UG ")
        script.press(.home, .down, .control(" "))
        #expect(script.model.targets.ids == [1, 2, 3].map(DashboardScript.id))
        // If the last tag is not shown, a new range begins.
        script.type("Ug /cpu")
        script.press(.enter, .control(" "))
        #expect(script.model.targets.ids == [3, 4].map(DashboardScript.id))
    }

    @Test("F3 selects the next matching row and hides none")
    func rowSearch() {
        var script = DashboardScript.fourTasks()
        script.press(.function(3))
        script.type("process")
        #expect(script.selection == DashboardScript.id(4))
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(1))
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(4))
        script.type("x")
        #expect(script.screen.contains("no row matches"))
        script.press(.backspace, .enter)
        #expect(script.model.tasks.order.count == 4)
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(1))
        // New text starts another search.
        script.type("cpu")
        #expect(script.selection == DashboardScript.id(3))
        script.press(.escape)
        script.type("p")
        #expect(script.commands.map(\.name) == ["pause 03"])
    }
}
